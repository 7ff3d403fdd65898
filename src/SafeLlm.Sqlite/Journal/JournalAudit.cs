using System.Globalization;
using System.Security.Cryptography;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Journal;

/// <summary>Follows the chain of a journal from its checkpoint, or its start, to its last line.</summary>
internal sealed class JournalAudit(StoreConnection connection, IReadOnlyList<JournalKey> keys, SqliteJournalHead? expected)
{
    // Lines without a key are followed until the first that has one: a journal may be given a key later, and never lose it again.
    private bool isKeyed;

    private bool IsKeyExpected => keys.All(key => key.Name is not null);

    public SqliteJournalReport Run()
    {
        connection.Execute("BEGIN");
        try
        {
            var (finding, number, mac, from) = ReadCheckpoint();
            var isMet = IsExpected(number, mac);
            var lines = 0L;
            var keyedFrom = isKeyed ? from : (long?)null;
            var select = connection.Statement($"SELECT {JournalRow.Columns} FROM journal ORDER BY number");
            while (finding is null && select.Step())
            {
                if (select.Long(0) != number + 1)
                {
                    finding = string.Create(CultureInfo.InvariantCulture, $"Line {number + 1} is missing: after line {number} comes line {select.Long(0)}.");
                    break;
                }

                finding = CheckLine(select, mac, out var row);
                if (row is not null)
                {
                    (number, mac, lines) = (row.Number, row.Mac, lines + 1);
                    isMet ??= IsExpected(number, mac);
                    keyedFrom ??= isKeyed ? number : null;
                }
            }

            select.Reset();
            finding ??= isMet == false ? string.Create(CultureInfo.InvariantCulture, $"Line {expected!.Number} is not the one whose head was kept: the journal was rewritten.")
                : isMet is null && expected is not null && expected.Number > number ? string.Create(CultureInfo.InvariantCulture, $"The head that was kept is of line {expected.Number}, and the journal ends with line {number}: its end was cut off.")
                : lines > 0 && IsKeyExpected && !isKeyed ? "Every line was written without a key, and a key was given to verify with."
                : JournalStorage.Check(connection);
            return new SqliteJournalReport(lines, from, new SqliteJournalHead(number, Convert.ToHexStringLower(mac)), IsKeyExpected && (keyedFrom ?? from) == from, finding) { KeyedFrom = keyedFrom };
        }
        finally
        {
            connection.Execute("ROLLBACK");
        }
    }

    // Null where the line is not the expected one. A head before the checkpoint can no longer be met, and is no fault.
    private bool? IsExpected(long number, byte[] mac) =>
        expected is null || expected.Number != number ? null
        : expected.Number == 0 || string.Equals(expected.Mac, Convert.ToHexStringLower(mac), StringComparison.Ordinal);

    private (string? Finding, long Number, byte[] Mac, long From) ReadCheckpoint()
    {
        var select = connection.Statement("SELECT number, mac, at, key_name, seal FROM journal_checkpoint");
        try
        {
            if (!select.Step())
            {
                return (null, 0, new byte[JournalText.MacLength], 1);
            }

            var (number, mac, at, name, seal) = (select.Long(0), select.Blob(1).ToArray(), select.Long(2), select.TextOrNull(3), select.Blob(4).ToArray());
            string? finding = null;
            if (Find(name) is not { } key)
            {
                finding = WrongKey("The checkpoint", name);
            }
            else if (CryptographicOperations.FixedTimeEquals(JournalText.Seal(key, number, mac, at, isBeforeKey: false), seal))
            {
                isKeyed = name is not null;
            }
            else if (name is null || !CryptographicOperations.FixedTimeEquals(JournalText.Seal(key, number, mac, at, isBeforeKey: true), seal))
            {
                finding = "The checkpoint's seal does not fit: what stands before the first line was cut off by somebody else.";
            }

            return (finding, number, mac, number + 1);
        }
        finally
        {
            select.Reset();
        }
    }

    private string? CheckLine(Statement select, byte[] before, out JournalRow? row)
    {
        row = null;
        JournalRow read;
        try
        {
            read = JournalRow.Read(select);
        }
        catch (FormatException changed)
        {
            return changed.Message;
        }

        var what = string.Create(CultureInfo.InvariantCulture, $"Line {read.Number}");
        if (read.KeyName is null && isKeyed)
        {
            return $"{what} was written without a key, after what was written under one: somebody else wrote it.";
        }

        if (Find(read.KeyName) is not { } key)
        {
            return WrongKey(what, read.KeyName);
        }

        if (!CryptographicOperations.FixedTimeEquals(JournalText.Mac(key, before, read.Number, read.Entry), read.Mac))
        {
            return $"{what} does not fit the one before it{(read.KeyName is null && IsKeyExpected ? " as one that was written without a key" : "")}: one of them was changed.";
        }

        isKeyed |= read.KeyName is not null;
        row = read;
        return null;
    }

    private JournalKey? Find(string? name) => name is null ? JournalKey.None : keys.FirstOrDefault(key => key.Name == name);

    private string WrongKey(string what, string? name)
    {
        var given = string.Join(" and ", keys.Select(key => key.Name).OfType<string>());
        return $"{what} was written under the key {name}; {(given.Length == 0 ? "none" : given)} was given to verify with.";
    }
}
