namespace SafeLlm.Sqlite.Files;

/// <summary>The steps that lead to the present version of a store file. A step that was released is never changed; a new one is added.</summary>
internal static class Schema
{
    // Instants are ticks of UTC (100 ns since the year 1), money is nano-dollars.
    private const string Version1 = """
        CREATE TABLE counters (
            id INTEGER PRIMARY KEY,
            scope TEXT NOT NULL,
            dimension INTEGER NOT NULL,
            window TEXT NOT NULL,
            cap INTEGER NOT NULL,
            operator_cap INTEGER,
            soft_limits TEXT,
            spent INTEGER NOT NULL,
            held INTEGER NOT NULL,
            holds INTEGER NOT NULL,
            lapses_at INTEGER,
            state BLOB NOT NULL,
            UNIQUE (scope, dimension, window)
        );
        CREATE TABLE holds (
            id TEXT PRIMARY KEY,
            phase INTEGER NOT NULL,
            input_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            nanos INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            taken_at INTEGER NOT NULL,
            due INTEGER NOT NULL,
            on_lease_end INTEGER NOT NULL,
            shares BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX holds_due ON holds (due) WHERE phase < 4;
        CREATE INDEX holds_closed ON holds (due) WHERE phase >= 4;
        CREATE TABLE nonces (
            hash BLOB PRIMARY KEY,
            until INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX nonces_until ON nonces (until);
        CREATE TABLE nonce_counts (
            key_id TEXT NOT NULL,
            bucket INTEGER NOT NULL,
            live INTEGER NOT NULL,
            PRIMARY KEY (key_id, bucket)
        ) WITHOUT ROWID;
        CREATE TABLE signing_keys (
            key_id TEXT PRIMARY KEY,
            profile INTEGER NOT NULL,
            algorithm TEXT NOT NULL,
            is_public INTEGER NOT NULL,
            material BLOB NOT NULL,
            not_before INTEGER,
            not_after INTEGER,
            revoked_at INTEGER,
            frozen_at INTEGER,
            client TEXT,
            user TEXT,
            tenant TEXT,
            device TEXT,
            tier TEXT,
            acts_for_users INTEGER NOT NULL,
            endpoints TEXT NOT NULL,
            models TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE alerts (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            severity TEXT NOT NULL,
            message TEXT NOT NULL,
            at INTEGER NOT NULL,
            scope TEXT,
            dimension TEXT,
            window TEXT,
            window_start INTEGER,
            percent INTEGER,
            current INTEGER,
            reference INTEGER,
            attempts INTEGER NOT NULL,
            due INTEGER
        );
        CREATE INDEX alerts_due ON alerts (due) WHERE due IS NOT NULL;
        CREATE TABLE journal (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            outcome TEXT NOT NULL,
            at INTEGER NOT NULL,
            call_id TEXT,
            scopes TEXT NOT NULL,
            model TEXT,
            quoted_input INTEGER,
            quoted_output INTEGER,
            quoted_nanos INTEGER,
            quoted_requests INTEGER,
            expected_nanos INTEGER,
            basis TEXT,
            actual_input INTEGER,
            actual_output INTEGER,
            actual_nanos INTEGER,
            actual_requests INTEGER,
            is_overrun INTEGER NOT NULL,
            catalog_hash TEXT,
            action TEXT,
            operator TEXT,
            key_name TEXT,
            mac BLOB NOT NULL,
            UNIQUE (id, outcome)
        );
        CREATE INDEX journal_at ON journal (at);
        CREATE TABLE journal_checkpoint (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            number INTEGER NOT NULL,
            mac BLOB NOT NULL,
            at INTEGER NOT NULL,
            key_name TEXT,
            seal BLOB NOT NULL
        );
        CREATE TABLE signing_key_version (
            version INTEGER NOT NULL
        );
        INSERT INTO signing_key_version (version) VALUES (1);
        """;

    // What is learned of keys, and who has to wait.
    private const string Version2 = """
        CREATE TABLE usage_days (
            key_id TEXT NOT NULL,
            start INTEGER NOT NULL,
            requests_hour INTEGER NOT NULL,
            requests_burst INTEGER NOT NULL,
            tokens_request INTEGER NOT NULL,
            nanos_hour INTEGER NOT NULL,
            nanos_burst INTEGER NOT NULL,
            PRIMARY KEY (key_id, start)
        ) WITHOUT ROWID;
        CREATE TABLE lock_outs (
            scope TEXT PRIMARY KEY,
            until INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX lock_outs_until ON lock_outs (until);
        """;

    // To whom ids of the provider were issued. The triggers count each tenant's, so that a bound costs one look and not one for each id.
    private const string Version3 = """
        CREATE TABLE issued_ids (
            hash BLOB PRIMARY KEY,
            tenant BLOB NOT NULL,
            until INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX issued_ids_tenant ON issued_ids (tenant, until);
        CREATE INDEX issued_ids_until ON issued_ids (until);
        CREATE TABLE issued_id_counts (
            tenant BLOB PRIMARY KEY,
            live INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TRIGGER issued_ids_more AFTER INSERT ON issued_ids BEGIN
            INSERT OR IGNORE INTO issued_id_counts (tenant, live) VALUES (new.tenant, 0);
            UPDATE issued_id_counts SET live = live + 1 WHERE tenant = new.tenant;
        END;
        CREATE TRIGGER issued_ids_fewer AFTER DELETE ON issued_ids BEGIN
            UPDATE issued_id_counts SET live = live - 1 WHERE tenant = old.tenant;
            DELETE FROM issued_id_counts WHERE tenant = old.tenant AND live <= 0;
        END;
        """;

    // What each node counted of a key within the last hour.
    private const string Version4 = """
        CREATE TABLE usage_parts (
            key_id TEXT NOT NULL,
            node TEXT NOT NULL,
            slot INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            billed INTEGER NOT NULL,
            tokens INTEGER NOT NULL,
            nanos INTEGER NOT NULL,
            PRIMARY KEY (key_id, node, slot)
        ) WITHOUT ROWID;
        """;

    public static IReadOnlyList<string> Steps { get; } = [Version1, Version2, Version3, Version4];
}
