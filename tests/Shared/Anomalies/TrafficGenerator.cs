using SafeLlm.Pricing;

namespace SafeLlm.Tests.Anomalies;

/// <summary>
/// Traffic of many keys over weeks, the same for the same seed: five habits, sizes that differ by a thousand times, weekends, days that are
/// busier than others, callers that grow; and attacks in every other key, as strong as the article has them, whoever's key it is.
/// </summary>
/// <param name="seed">The seed.</param>
/// <param name="days">Over how many days, from 6.</param>
public sealed class TrafficGenerator(long seed, int days)
{
    // A Monday, so that weeks begin with one.
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    // Dollars a token: gpt-3.5-turbo, a small model of today, gpt-4, by the article in the middle of in and out.
    private static readonly decimal[] Prices = [0.000_001_75m, 0.000_000_4m, 0.000_045m];

    private const decimal DearestPrice = 0.000_06m;
    private const int FirstDays = 3;
    private const int MostCallsAnHour = 1_500;

    /// <summary>The key of a number, from 0; keys do not depend on each other.</summary>
    public GeneratedKey Key(int number)
    {
        var random = new Random(HashCode(seed, number));
        var habit = (Habit)(number % Enum.GetValues<Habit>().Length);
        var scale = Math.Min(MostCallsAnHour, LogNormal(random, 20, 1.2));
        var tokens = Math.Min(3_500, LogNormal(random, 900, 0.6));
        var price = Prices[random.Next(Prices.Length)];
        var growth = random.Next(5) == 0 ? 1.03 : 1;
        var honest = Honest(random, habit, scale, growth, tokens, price).OrderBy(call => call.At).ToList();
        var tier = TierOf(random, honest, scale);

        var attack = number % 2 == 0 ? (AttackKind?)random.Next(Enum.GetValues<AttackKind>().Length) : null;
        var attacks = attack is null ? [] : AttacksAt(random);
        var all = honest.Concat(attacks.SelectMany(at => Attack(random, attack!.Value, at, tier, tokens, price))).OrderBy(call => call.At);
        return new GeneratedKey($"k{number}", habit, tier.Norm, attack, attacks, [.. tier.Answer(all)]);
    }

    // One in five begins in the key's first days, when little or nothing is known of it, and is tried once more on the next day.
    private IReadOnlyList<DateTimeOffset> AttacksAt(Random random)
    {
        if (random.Next(5) > 0) return [Start.AddDays(FirstDays + (random.NextDouble() * (days - FirstDays - 1)))];
        var first = Start.AddDays(random.NextDouble() * FirstDays);
        return [first, first.AddDays(1 + random.NextDouble())];
    }

    private IEnumerable<GeneratedCall> Honest(Random random, Habit habit, double scale, double growth, double tokens, decimal price)
    {
        var batchHour = random.Next(6);
        var busyDays = Enumerable.Range(0, days).Select(day => LogNormal(random, 1, 0.3) * Math.Pow(growth, day)).ToArray();
        for (var hour = 0; hour < days * 24; hour++)
        {
            var (day, clock) = (hour / 24, hour % 24);
            var at = Start.AddHours(hour);
            var (rate, within) = habit switch
            {
                Habit.Office => (day % 7 >= 5 ? 0.02 * scale : scale * Math.Exp(-Math.Pow((clock - 13) / 3.5, 2)), 60d),
                Habit.Service => (scale * (0.7 + (0.3 * Math.Sin((clock - 8) / 24d * 2 * Math.PI))), 60d),
                Habit.Batch => clock == batchHour ? (scale * 10, 20d) : (scale * 0.05, 60d),
                Habit.Sporadic => (random.Next(8) == 0 ? scale * 0.3 : 0, 60d),
                _ => (0d, 60d),
            };
            for (var i = Poisson(random, rate * busyDays[day]); i > 0; i--) yield return Call(random, at.AddMinutes(random.NextDouble() * within), tokens, price);
            if (habit != Habit.Agent || random.NextDouble() > 0.15) continue;
            var next = at.AddMinutes(random.NextDouble() * 30);
            for (var i = random.Next(10, 80); i > 0; i--) yield return Call(random, next = next.AddSeconds(2 + (random.NextDouble() * 20)), tokens, price);
        }
    }

    private static IEnumerable<GeneratedCall> Attack(Random random, AttackKind kind, DateTimeOffset start, TrafficTier tier, double tokens, decimal price)
    {
        switch (kind)
        {
            case AttackKind.Bombing:
                for (var i = 0; i < 1_000; i++) yield return Long(random, start.AddSeconds(random.NextDouble() * 60), tier);
                break;
            case AttackKind.Exhaustion:
                for (var worker = 0; worker < 8; worker++)
                {
                    for (var at = start; at < start.AddMinutes(30); at = at.AddSeconds(15 + (random.NextDouble() * 45))) yield return Long(random, at, tier);
                }

                break;
            default:
                var perMinute = random.Next(60, 241);
                var model = kind == AttackKind.Resale ? DearestPrice : price;
                for (var i = 0; i < 30 * perMinute; i++) yield return Call(random, start.AddMinutes(random.NextDouble() * 30), tokens, model) with { IsAttack = true };
                break;
        }
    }

    // The article's essay: a short prompt, the longest answer there is, and the dearest model.
    private static GeneratedCall Long(Random random, DateTimeOffset at, TrafficTier tier) => Billed(at, (long)(tier.MaxOutputTokens * (0.7 + (0.3 * random.NextDouble()))), DearestPrice) with { IsAttack = true };

    private static GeneratedCall Call(Random random, DateTimeOffset at, double tokens, decimal price) => Billed(at, (long)Math.Clamp(LogNormal(random, tokens, 0.7), 20, 12_000), price);

    private static GeneratedCall Billed(DateTimeOffset at, long tokens, decimal price) => new(at, tokens, NanoUsd.FromDollars(tokens * price), false);

    // Whoever calls more has a larger tier; some have limits of nobody's.
    private static TrafficTier TierOf(Random random, List<GeneratedCall> honest, double scale)
    {
        if (random.Next(4) == 0) return TrafficTier.All[^1];
        var dearest = honest.Count == 0 ? 0 : honest.GroupBy(call => call.At.UtcTicks / TimeSpan.TicksPerDay).Max(day => day.Sum(call => call.Cost.Dollars));
        return TrafficTier.All.FirstOrDefault(tier => tier.RequestsPerMinute * 20 > scale && tier.DollarsPerDay > 2 * dearest) ?? TrafficTier.All[^1];
    }

    private static double LogNormal(Random random, double median, double sigma) => median * Math.Exp(sigma * Normal(random));

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static int Poisson(Random random, double mean)
    {
        if (mean > 50) return Math.Max(0, (int)Math.Round(mean + (Math.Sqrt(mean) * Normal(random))));
        var (count, product, limit) = (0, random.NextDouble(), Math.Exp(-mean));
        for (; product > limit; count++) product *= random.NextDouble();
        return count;
    }

    // Not the framework's, which is another in each process.
    private static int HashCode(long one, int other)
    {
        var mixed = (ulong)one * 0x9E3779B97F4A7C15 ^ ((ulong)other + 0x7F4A7C15) * 0xBF58476D1CE4E5B9;
        mixed ^= mixed >> 31;
        return (int)((mixed * 0x94D049BB133111EB) >> 33);
    }
}
