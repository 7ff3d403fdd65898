using SafeLlm.AspNetCore;

namespace SafeLlm.Tests.Attacks;

/// <summary>The article's attacks, each on a stage of its own.</summary>
internal static class ArticleAttacks
{
    /// <summary>
    /// The attack in which honest callers of FREE go short: they share a pool with accounts that nothing tells from theirs, whose networks and
    /// devices are all different. The next one has what helps: a tier, and so a pool, for accounts that nobody knows yet.
    /// </summary>
    public const string PoolName = "free tier: many networks, tier pool";

    private const string NewcomersName = "free tier: many networks, a tier of new accounts with a pool";
    private const string SpreadName = "stuffing: leaked key, many networks (KeySpread.Freeze is on)";
    private const string Network = "203.0.113.7";

    /// <summary>Runs one of the attacks.</summary>
    /// <param name="accounts">How many throwaway accounts free-tier abuse has.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public delegate Task<AttackResult> Attack(int accounts, CancellationToken cancellationToken);

    public static IReadOnlyDictionary<string, Attack> All { get; } = new Dictionary<string, Attack>(StringComparer.Ordinal)
    {
        ["token exhaustion"] = (_, cancellation) => ExhaustAsync(cancellation),
        ["prompt bombing"] = (_, cancellation) => BombAsync(cancellation),
        ["stuffing: many keys, few networks"] = (_, cancellation) => StuffAsync(cancellation),
        [SpreadName] = (_, cancellation) => SpreadAsync(cancellation),
        ["free tier: one network"] = (accounts, cancellation) => AbuseAsync(new("free tier: one network", "FREE", _ => Network, null, Pool, PerNetwork), accounts, cancellation),
        ["free tier: one device tag, many networks"] = (accounts, cancellation) => AbuseAsync(new("free tier: one device tag, many networks", "FREE", NetworkOf, "farm-7", Pool, PerDevice), accounts, cancellation),
        [PoolName] = (accounts, cancellation) => AbuseAsync(new(PoolName, "FREE", NetworkOf, null, SmallPool(accounts), SmallPool(accounts)), accounts, cancellation),
        [NewcomersName] = (accounts, cancellation) => AbuseAsync(new(NewcomersName, "NEW", NetworkOf, null, SmallPool(accounts), SmallPool(accounts)), accounts, cancellation),
        ["held: slow bodies, headers, streams"] = (_, cancellation) => HeldConnections.RunAsync(cancellation),
    };

    private static decimal PerNetwork => 2m;

    private static decimal PerDevice => 3m;

    private static decimal Pool => 20m;

    // Less than half of what the accounts would take.
    private static decimal SmallPool(int accounts) => Math.Min(Pool, accounts * 0.04m);

    // The article's own prompts, and one that no rule takes for an attack, every half hour from noon to midnight, by a free and by a paying account.
    private static async Task<AttackResult> ExhaustAsync(CancellationToken cancellationToken)
    {
        await using var stage = await AttackStage.StartAsync(null, cancellationToken);
        var (free, pro) = (stage.Keys.Add("attacker-free", "FREE"), stage.Keys.Add("attacker-pro", "PRO"));
        for (var round = 0; round < 24; round++)
        {
            foreach (var prompt in new[] { AttackPrompts.Essay, AttackPrompts.Repeat, AttackPrompts.Harmless })
            {
                await stage.AttackAsync(free, prompt, Network, cancellationToken: cancellationToken);
                await stage.AttackAsync(pro, prompt, Network, cancellationToken: cancellationToken);
            }

            await stage.AskHonestlyAsync(cancellationToken);
            stage.Time.Advance(TimeSpan.FromMinutes(30));
        }

        return stage.Result("token exhaustion", Dollars(ArticleTiers.Free) + Dollars(ArticleTiers.Pro));
    }

    private static async Task<AttackResult> BombAsync(CancellationToken cancellationToken)
    {
        await using var stage = await AttackStage.StartAsync(null, cancellationToken);
        var key = stage.Keys.Add("attacker", "PRO");
        var bombs = Enumerable.Range(0, 1_000).Select(_ => stage.AttackAsync(key, AttackPrompts.Harmless, Network, cancellationToken: cancellationToken)).ToList();
        await stage.AskHonestlyAsync(cancellationToken);
        await Task.WhenAll(bombs);
        for (var i = 0; i < 5; i++) await stage.AskHonestlyAsync(cancellationToken);
        return stage.Result("prompt bombing", Dollars(ArticleTiers.Pro));
    }

    // A list of 1,000 keys that have leaked, of which 10 are live, tried from three networks; then those that answered are used up.
    private static async Task<AttackResult> StuffAsync(CancellationToken cancellationToken)
    {
        const int Listed = 1_000;
        const int Hundredth = 100;
        await using var stage = await AttackStage.StartAsync(null, cancellationToken);
        var owners = Enumerable.Range(0, Listed / Hundredth).Select(i => stage.Keys.Add($"leaked-{i * Hundredth}", "PRO")).ToList();
        // Their owners have used them for a day.
        foreach (var owner in owners) await stage.AttackAsync(owner, AttackPrompts.Cheap, "192.0.2.7", isLive: false, cancellationToken: cancellationToken);
        stage.Time.Advance(TimeSpan.FromHours(25));
        List<int> live = [];
        for (var i = 0; i < Listed; i++)
        {
            var isLive = i % Hundredth == 0;
            var key = isLive ? owners[i / Hundredth] : AttackKeys.Wrong($"leaked-{i}");
            if (await stage.AttackAsync(key, AttackPrompts.Cheap, $"203.0.{i % 3}.7", isLive, cancellationToken) == 200) live.Add(i / Hundredth);
            if (i % Hundredth != 0) continue;
            await stage.AskHonestlyAsync(cancellationToken);
            // An honest caller keeps to its own tier's rate.
            stage.Time.Advance(TimeSpan.FromSeconds(10));
        }

        foreach (var found in live)
        {
            for (var i = 0; i < 50; i++) await stage.AttackAsync(owners[found], AttackPrompts.Harmless, $"203.0.{i % 3}.7", cancellationToken: cancellationToken);
        }

        await stage.AskHonestlyAsync(cancellationToken);
        return stage.Result("stuffing: many keys, few networks", owners.Count * Dollars(ArticleTiers.Pro));
    }

    private static async Task<AttackResult> SpreadAsync(CancellationToken cancellationToken)
    {
        await using var stage = await AttackStage.StartAsync(options => options.KeySpread.Freeze = true, cancellationToken);
        var key = stage.Keys.Add("leaked", "ENTERPRISE");
        for (var i = 0; i < 300; i++)
        {
            await stage.AttackAsync(key, AttackPrompts.Harmless, $"203.{i >> 8}.{i & 255}.7", cancellationToken: cancellationToken);
            if (i % 50 == 0) await stage.AskHonestlyAsync(cancellationToken);
        }

        return stage.Result(SpreadName, Dollars(ArticleTiers.Enterprise));
    }

    // Three calls of each account, as long as an answer gets.
    private static async Task<AttackResult> AbuseAsync(Abuse abuse, int accounts, CancellationToken cancellationToken)
    {
        await using var stage = await AttackStage.StartAsync(
            options =>
            {
                options.Tiers["NEW"] = ArticleTiers.Free;
                foreach (var tier in new[] { "FREE", "NEW" })
                {
                    options.Tiers[tier].PerNetwork = new SafeLlmLimitOptions { DollarsPerDay = PerNetwork };
                    options.Tiers[tier].PerDevice = new SafeLlmLimitOptions { DollarsPerDay = PerDevice };
                    options.Tiers[tier].Pool = new SafeLlmLimitOptions { DollarsPerDay = tier == abuse.Tier ? abuse.Pool : Pool };
                }
            },
            cancellationToken);
        for (var account = 0; account < accounts; account++)
        {
            var key = stage.Keys.Add($"throwaway-{account}", abuse.Tier, record => record with { Device = abuse.Device });
            for (var i = 0; i < 3; i++) await stage.AttackAsync(key, AttackPrompts.Harmless, abuse.NetworkOf(account), cancellationToken: cancellationToken);
            if (account % Math.Max(20, accounts / 20) == 0)
            {
                await stage.AskHonestlyAsync(cancellationToken);
                // Honest callers ask now and then.
                stage.Time.Advance(TimeSpan.FromMinutes(10));
            }
        }

        return stage.Result($"{abuse.Name}, {accounts:N0} accounts", abuse.Bound);
    }

    private static string NetworkOf(int account) => $"10.{account >> 8 & 255}.{account & 255}.7";

    /// <param name="Name">What it is called.</param>
    /// <param name="Tier">Which tier the accounts get.</param>
    /// <param name="NetworkOf">From where each calls.</param>
    /// <param name="Device">Their device tag.</param>
    /// <param name="Pool">Dollars a day of the tier's pool.</param>
    /// <param name="Bound">What it may cost at most.</param>
    private sealed record Abuse(string Name, string Tier, Func<int, string> NetworkOf, string? Device, decimal Pool, decimal Bound);

    private static decimal Dollars(SafeLlmTierOptions tier) => tier.DollarsPerDay!.Value;
}
