using System.Globalization;

namespace SafeLlm.Tests.Attacks;

/// <summary>What an attack came to.</summary>
/// <param name="Name">The attack.</param>
/// <param name="Requests">What the attacker sent.</param>
/// <param name="Without">What it would have cost where keys are checked and nothing else is, in dollars.</param>
/// <param name="With">What it did cost, in dollars.</param>
/// <param name="Bound">What it may cost at most by the limits that are set, in dollars.</param>
/// <param name="Honest">Calls of honest callers meanwhile.</param>
/// <param name="Served">How many of those were answered.</param>
/// <param name="Refusals">What the attacker was answered instead, by status.</param>
internal sealed record AttackResult(string Name, int Requests, decimal Without, decimal With, decimal Bound, int Honest, int Served, IReadOnlyDictionary<int, int> Refusals)
{
    public static string Head { get; } = $"{"attack",-54} {"requests",9} {"without",12} {"with",10} {"bound",10} {"honest",8}  answers";

    public double SuccessRate => Honest == 0 ? 1 : (double)Served / Honest;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-54} {Requests,9:N0} {Show(Without),12} {Show(With),10} {Show(Bound),10} {SuccessRate,8:0.0%}  {string.Join(", ", Refusals.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value:N0}"))}");

    private static string Show(decimal dollars) => dollars.ToString("$#,0.00", CultureInfo.InvariantCulture);
}
