using System.Globalization;

namespace SafeLlm.Tests.Attacks;

/// <summary>What an attack came to.</summary>
/// <param name="Name">The attack.</param>
/// <param name="Requests">What the attacker sent.</param>
/// <param name="Without">What it would have cost where keys are checked and nothing else is, in dollars.</param>
/// <param name="With">What it did cost, in dollars.</param>
/// <param name="Bound">What it may cost at most by the limits that are set, in dollars.</param>
/// <param name="Paying">Calls of honest callers of PRO meanwhile.</param>
/// <param name="Free">Calls of honest callers of FREE meanwhile.</param>
/// <param name="Refusals">What the attacker was answered instead, by status.</param>
/// <param name="SharedRefusals">How many of the attacker's calls were refused by a limit that is not the account's own: of a pool, a device tag, a network.</param>
internal sealed record AttackResult(
    string Name, int Requests, decimal Without, decimal With, decimal Bound, HonestCalls Paying, HonestCalls Free, IReadOnlyDictionary<int, int> Refusals, int SharedRefusals)
{
    public static string Head { get; } = $"{"attack",-62} {"requests",9} {"without",12} {"with",10} {"bound",10} {"paying",8} {"free",8}  answers";

    /// <summary>Of all honest callers.</summary>
    public double SuccessRate => Paying.Plus(Free).Rate;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-62} {Requests,9:N0} {Show(Without),12} {Show(With),10} {Show(Bound),10} {Paying.Rate,8:0.0%} {Free.Rate,8:0.0%}  {string.Join(", ", Refusals.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value:N0}"))}");

    private static string Show(decimal dollars) => dollars.ToString("$#,0.00", CultureInfo.InvariantCulture);
}
