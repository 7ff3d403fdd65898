using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using SQLitePCL;

namespace SafeLlm.Sqlite.Files;

/// <summary>A prepared statement of one connection, for the hot paths: no command, reader or parameter objects a call.</summary>
internal sealed class Statement : IDisposable
{
    private readonly string path;
    private readonly sqlite3 database;
    private readonly sqlite3_stmt handle;

    public Statement(string path, sqlite3 database, string sql)
    {
        this.path = path;
        this.database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out handle));
    }

    public Statement Bind(int at, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, at, value));
        return this;
    }

    public Statement Bind(int at, long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(handle, at, number) : raw.sqlite3_bind_null(handle, at));
        return this;
    }

    public Statement Bind(int at, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(handle, at));
            return this;
        }

        // By length: the library's own conversion ends at a NUL, and what follows it would be no part of a name.
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? stackalloc byte[512];
        Check(raw.sqlite3_bind_text(handle, at, bytes[..Encoding.UTF8.GetBytes(value, bytes)]));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return this;
    }

    public Statement Bind(int at, ReadOnlySpan<byte> value)
    {
        // An empty span would be bound as NULL.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, at, 0) : raw.sqlite3_bind_blob(handle, at, value));
        return this;
    }

    public Statement BindHash(int at, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return Bind(at, (ReadOnlySpan<byte>)bytes);
    }

    /// <summary>Goes on to the next row; false after the last one. Reset before the next use.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code == raw.SQLITE_DONE)
        {
            return false;
        }

        // Built first: a reset may write over what the connection has to say.
        var failure = StoreFaults.From(path, database, code);
        Reset();
        throw failure;
    }

    /// <summary>Runs a statement that gives no rows. How many rows it changed.</summary>
    public int Run()
    {
        _ = Step();
        Reset();
        return raw.sqlite3_changes(database);
    }

    /// <summary>The first value of the first row, and 0 where there is none.</summary>
    public long Number()
    {
        var number = Step() ? Long(0) : 0;
        Reset();
        return number;
    }

    public void Reset() => _ = raw.sqlite3_reset(handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    /// <summary>What a column of the present row holds, whatever it is declared as: I for a whole number, T for text, B for bytes, and ? for anything else.</summary>
    public char Kind(int column) => raw.sqlite3_column_type(handle, column) switch
    {
        raw.SQLITE_INTEGER => 'I',
        raw.SQLITE_TEXT => 'T',
        raw.SQLITE_BLOB => 'B',
        _ => '?',
    };

    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public string Text(int column) => Encoding.UTF8.GetString(Blob(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    public void Dispose() => handle.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw StoreFaults.From(path, database, code);
        }
    }
}
