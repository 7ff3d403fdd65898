using System.Globalization;
using System.Text.Json;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Sqlite.Files;
using SafeLlm.Tokens;

namespace SafeLlm.Sqlite.Journal;

/// <summary>A line with its place in the chain.</summary>
internal sealed record JournalRow(long Number, JournalEntry Entry, string? KeyName, byte[] Mac)
{
    public const string Columns = """
        number, id, outcome, at, call_id, scopes, model, quoted_input, quoted_output, quoted_nanos, quoted_requests, expected_nanos,
        basis, actual_input, actual_output, actual_nanos, actual_requests, is_overrun, catalog_hash, action, operator, key_name, mac
        """;

    // What each column holds: whole numbers, text and bytes; small letters may be null.
    private const string Kinds = "ITTItTtiiiiitiiiiIttttB";

    public void Bind(Statement insert) => insert
        .Bind(1, Number)
        .Bind(2, Entry.Id)
        .Bind(3, Entry.Outcome.ToString())
        .Bind(4, Entry.At.UtcTicks)
        .Bind(5, Entry.CallId)
        .Bind(6, TextList.Write(Entry.Scopes))
        .Bind(7, Entry.Model)
        .Bind(8, Entry.Quoted?.InputTokens)
        .Bind(9, Entry.Quoted?.OutputTokens)
        .Bind(10, Entry.Quoted?.Cost.Value)
        .Bind(11, Entry.Quoted?.Requests)
        .Bind(12, Entry.Expected?.Value)
        .Bind(13, Entry.Basis?.ToString())
        .Bind(14, Entry.Actual?.InputTokens)
        .Bind(15, Entry.Actual?.OutputTokens)
        .Bind(16, Entry.Actual?.Cost.Value)
        .Bind(17, Entry.Actual?.Requests)
        .Bind(18, Entry.IsOverrun ? 1L : 0L)
        .Bind(19, Entry.CatalogHash)
        .Bind(20, Entry.Action)
        .Bind(21, Entry.Operator)
        .Bind(22, KeyName)
        .Bind(23, Mac);

    /// <summary>Reads a line as it was written, and nothing that only means the same: the database may find another line by it.</summary>
    /// <exception cref="FormatException">It was changed.</exception>
    public static JournalRow Read(Statement row)
    {
        try
        {
            return ReadChecked(row);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or JsonException or InvalidOperationException or InvalidDataException)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"Line {row.Long(0)} cannot be read: it was changed."), unreadable);
        }
    }

    /// <summary>The same for those who report lines.</summary>
    /// <exception cref="SqliteStoreException">It was changed: what is reported beside it would be told as if nothing had happened.</exception>
    public static JournalRow Read(Statement row, StoreConnection connection)
    {
        try
        {
            return Read(row);
        }
        catch (FormatException changed)
        {
            throw StoreFaults.Changed(connection.Path, changed);
        }
    }

    private static JournalRow ReadChecked(Statement row)
    {
        for (var i = 0; i < Kinds.Length; i++)
        {
            var isAllowed = row.IsNull(i) ? char.IsAsciiLetterLower(Kinds[i]) : row.Kind(i) == char.ToUpperInvariant(Kinds[i]);
            if (!isAllowed)
            {
                throw new InvalidDataException($"Column {i} is not of its kind.");
            }
        }

        return new(
            row.Long(0),
            new JournalEntry
            {
                Id = row.Text(1),
                Outcome = Named<JournalOutcome>(row.Text(2)),
                At = new DateTimeOffset(row.Long(3), TimeSpan.Zero),
                CallId = row.TextOrNull(4),
                Scopes = TextList.Parse(row.Text(5)),
                Model = row.TextOrNull(6),
                Quoted = Amounts(row, 7),
                Expected = row.LongOrNull(11) is { } expected ? new NanoUsd(expected) : null,
                Basis = row.TextOrNull(12) is { } basis ? Named<EstimateBasis>(basis) : null,
                Actual = Amounts(row, 13),
                IsOverrun = row.Long(17) is 0 or 1 ? row.Long(17) == 1 : throw new InvalidDataException("An overrun is 0 or 1."),
                CatalogHash = row.TextOrNull(18),
                Action = row.TextOrNull(19),
                Operator = row.TextOrNull(20),
            },
            row.TextOrNull(21),
            row.Blob(22).ToArray());
    }

    // By its name only: a number is a valid enum to the parser, and another text to the database.
    private static T Named<T>(string name)
        where T : struct, Enum =>
        Enum.TryParse<T>(name, out var value) && value.ToString() == name ? value : throw new InvalidDataException("No such name.");

    private static Amounts? Amounts(Statement row, int at)
    {
        var isNull = row.IsNull(at);
        for (var i = at + 1; i < at + 4; i++)
        {
            if (row.IsNull(i) != isNull)
            {
                throw new InvalidDataException("Amounts are there as a whole or not at all.");
            }
        }

        return isNull ? null : new Amounts(row.Long(at), row.Long(at + 1), new NanoUsd(row.Long(at + 2)), row.Long(at + 3));
    }
}
