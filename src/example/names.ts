/** Invented people: a first and a last name drawn apart. */
export const FIRST_NAMES =
  'Aisha Alan Amina Andrew Anita Ben Bridget Callum Carys Chidi Claire Colin Daniel Deborah Dev Diane Edward Eleanor Emeka Fiona Frances Gareth Gita Graham Hannah Harpreet Helen Hugh Imran Irene Isla Jack Jasmine Joan John Kamala Karen Kevin Laura Leon Lesley Liam Lucy Malcolm Maria Mei Mohammed Morag Nadia Neil Nina Oliver Olu Pamela Patrick Priya Rachel Rajesh Rhys Rosa Ruth Samuel Sandra Shabnam Simon Siobhan Sofia Stephen Sunita Tariq Teresa Thomas Usha Victor Wendy Yusuf Zoe'.split(
    ' ',
  );

export const LAST_NAMES =
  'Abbott Adeyemi Ahmed Allen Anderson Baker Begum Bennett Bhatt Brooks Campbell Carter Chan Chapman Clarke Cooper Cox Davies Dixon Doyle Edwards Ellis Evans Fisher Foster Fraser Gibson Gill Graham Grant Green Hall Harris Hughes Hussain Iqbal Jackson James Jenkins Johnson Jones Kaur Kelly Khan King Knight Kumar Lawson Lee Lewis Lloyd Marsh Martin Mason Mensah Miller Mitchell Morgan Morris Murphy Nwosu Okafor Osborne Palmer Parker Patel Pearce Phillips Price Quinn Rahman Reid Roberts Rose Russell Scott Shah Sharma Shaw Singh Spencer Stone Sullivan Taylor Thomas Turner Uddin Vaughan Walker Ward Watson Webb White Williams Wilson Wood Wright Young'.split(
    ' ',
  );
