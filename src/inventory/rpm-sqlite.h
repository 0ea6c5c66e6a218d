/* rpm's SQLite databases: rpmdb.sqlite, table Packages(hnum, blob).
 *
 * The library reads a copy in memory and touches no file. The database is
 * taken for hostile: its schema is not trusted, and the work it may cause is
 * bounded. Rows before a damaged or missing page are still read.
 *
 * rpm writes through a journal, rpmdb.sqlite-wal, that is gone when rpm ends
 * well. One that is left with changes in it is told, not read.
 */
#pragma once

#include "inventory/analyser.h"

enum {
    RPM_SQLITE_LIMIT = 256 << 20,       /* bytes of the database */
    RPM_SQLITE_STEPS_LIMIT = 100 << 20, /* instructions of the library's machine */
};

extern const struct analyser analyser_rpm_sqlite;
extern const struct analyser analyser_rpm_sqlite_journal;
