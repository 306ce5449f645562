import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { Settings } from '../settings.js';
import { Clock } from './clock.js';
import { Database } from './database.js';

/** What every feature stands on: the settings, the time, the database. */
@Global()
@Module({})
export class DatabaseModule {
  static with(settings: Settings, options: DataSourceOptions, clock: Clock): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [TypeOrmModule.forRoot({ ...options, retryAttempts: 0 })],
      providers: [{ provide: Settings, useValue: settings }, { provide: Clock, useValue: clock }, Database],
      exports: [Settings, Clock, Database],
    };
  }
}
