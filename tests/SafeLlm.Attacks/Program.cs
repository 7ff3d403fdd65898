using System.Globalization;
using SafeLlm.Tests.Attacks;

// Usage: dotnet run -c Release --project tests/SafeLlm.Attacks [-- ACCOUNTS…]: the free tier is abused by as many accounts, 100 and 10,000 unless given.
int[] accounts = args.Length == 0 ? [100, 10_000] : [.. args.Select(one => int.Parse(one, CultureInfo.InvariantCulture))];
var isWithin = true;
List<string> ofPool = [];
Console.WriteLine(AttackResult.Head);
foreach (var (name, attack) in ArticleAttacks.All)
{
    foreach (var many in name.StartsWith("free", StringComparison.Ordinal) ? accounts : accounts.AsSpan(0, 1).ToArray())
    {
        var result = await attack(many, CancellationToken.None);
        Console.WriteLine(result);
        var isPool = name == ArticleAttacks.PoolName;
        isWithin &= result.With <= result.Bound && (isPool ? result.Paying.Rate : result.SuccessRate) >= 0.99;
        if (isPool) ofPool.Add(string.Create(CultureInfo.InvariantCulture, $"{result.Free.Rate:0.0%} in \"{result.Name}\""));
    }
}

Console.WriteLine(isWithin
    ? $"Every loss is within its bound, and honest callers were served, but for those of FREE where its pool is used up by accounts that nothing tells from theirs: {string.Join(", ", ofPool)}."
    : "SHORT: a loss is above its bound, or honest callers were refused.");
return isWithin ? 0 : 1;
