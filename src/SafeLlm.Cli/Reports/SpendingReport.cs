using System.Globalization;
using SafeLlm.Limits;

namespace SafeLlm.Cli.Reports;

/// <summary>The journal of a stretch of time, added up by day, model and scope.</summary>
internal sealed class SpendingReport(DateOnly first, DateOnly last, TimeZoneInfo zone)
{
    private readonly Dictionary<string, Spending> days = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Spending> models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Spending> scopes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Day, string Model), decimal> dayModels = [];

    public string First { get; } = Name(first);

    public string Last { get; } = Name(last);

    public string Zone => zone.Id;

    public Spending All { get; } = new("all");

    /// <summary>What operators did, in order.</summary>
    public List<JournalEntry> Actions { get; } = [];

    /// <summary>Every day, also those without a call.</summary>
    public IReadOnlyList<Spending> Days => [.. EveryDay().Select(day => days.GetValueOrDefault(day) ?? new Spending(day))];

    /// <summary>The dearest first.</summary>
    public IReadOnlyList<Spending> Models => Dearest(models);

    /// <summary>The dearest first. An attempt counts in full for each of its scopes: they do not add up to all.</summary>
    public IReadOnlyList<Spending> Scopes => Dearest(scopes);

    public void Add(JournalEntry line)
    {
        if (line.Outcome == JournalOutcome.OperatorAction)
        {
            Actions.Add(line);
            return;
        }

        var day = Name(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(line.At, zone).DateTime));
        var model = line.Model ?? "(not known)";
        All.Add(line);
        Of(days, day).Add(line);
        Of(models, model).Add(line);
        foreach (var scope in line.Scopes) Of(scopes, scope).Add(line);
        dayModels[(day, model)] = dayModels.GetValueOrDefault((day, model)) + (line.Actual?.Cost.Dollars ?? 0);
    }

    public decimal DollarsOf(string day, string model) => dayModels.GetValueOrDefault((day, model));

    private static string Name(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Spending Of(Dictionary<string, Spending> all, string name)
    {
        if (!all.TryGetValue(name, out var found)) all[name] = found = new Spending(name);
        return found;
    }

    private static IReadOnlyList<Spending> Dearest(Dictionary<string, Spending> all) =>
        [.. all.Values.OrderByDescending(one => one.Dollars).ThenBy(one => one.Name, StringComparer.Ordinal)];

    private IEnumerable<string> EveryDay()
    {
        for (var day = first; day <= last; day = day.AddDays(1)) yield return Name(day);
    }
}
