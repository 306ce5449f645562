import { Column, Entity, Index, ManyToOne, JoinColumn, PrimaryGeneratedColumn } from 'typeorm';
import { Import } from './import.entity.js';

/** A row as an import found and left it; triggers of the tables write it down, and undo_import reads it. */
@Entity('import_writes')
@Index('import_writes_import', ['importId', 'id'])
export class ImportWrite {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: string;
  @ManyToOne(() => Import, { onDelete: 'CASCADE' })
  @JoinColumn({ foreignKeyConstraintName: 'import_writes_import_id_fkey' })
  import?: Import;
  @Column('uuid') importId: string;
  @Column('text') relation: string;
  @Column('jsonb') key: Record<string, string>;
  @Column('jsonb', { nullable: true }) was: object | null;
  @Column('jsonb', { nullable: true }) became: object | null;
}
