using SafeLlm.AspNetCore;

namespace SafeLlm.Tests.Attacks;

/// <summary>The article's attacks, each on a stage of its own.</summary>
internal static class ArticleAttacks
{
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
        ["stuffing: leaked key, many networks"] = (_, cancellation) => SpreadAsync(cancellation),
        ["free tier: one network"] = (accounts, cancellation) => AbuseAsync("free tier: one network", accounts, _ => Network, null, PerNetwork, cancellation),
        ["free tier: one device tag, many networks"] = (accounts, cancellation) => AbuseAsync("free tier: one device tag, many networks", accounts, NetworkOf, "farm-7", PerDevice, cancellation),
        ["free tier: many networks, tier pool"] = (accounts, cancellation) => AbuseAsync("free tier: many networks, tier pool", accounts, NetworkOf, null, Pool, cancellation),
        ["held: slow bodies, headers, streams"] = (_, cancellation) => HeldConnections.RunAsync(cancellation),
    };

    private static decimal PerNetwork => 2m;

    private static decimal PerDevice => 3m;

    private static decimal Pool => 20m;

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
            if (i % Hundredth == 0) await stage.AskHonestlyAsync(cancellationToken);
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

        return stage.Result("stuffing: leaked key, many networks", Dollars(ArticleTiers.Enterprise));
    }

    // Three calls of each account, as long as an answer gets.
    private static async Task<AttackResult> AbuseAsync(string name, int accounts, Func<int, string> networkOf, string? device, decimal bound, CancellationToken cancellationToken)
    {
        await using var stage = await AttackStage.StartAsync(
            options =>
            {
                options.Tiers["FREE"].PerNetwork = new SafeLlmLimitOptions { DollarsPerDay = PerNetwork };
                options.Tiers["FREE"].PerDevice = new SafeLlmLimitOptions { DollarsPerDay = PerDevice };
                options.Tiers["FREE"].Pool = new SafeLlmLimitOptions { DollarsPerDay = Pool };
            },
            cancellationToken);
        for (var account = 0; account < accounts; account++)
        {
            var key = stage.Keys.Add($"throwaway-{account}", "FREE", record => record with { Device = device });
            for (var i = 0; i < 3; i++) await stage.AttackAsync(key, AttackPrompts.Harmless, networkOf(account), cancellationToken: cancellationToken);
            if (account % Math.Max(20, accounts / 20) == 0)
            {
                await stage.AskHonestlyAsync(cancellationToken);
                // Honest callers ask now and then.
                stage.Time.Advance(TimeSpan.FromMinutes(10));
            }
        }

        return stage.Result($"{name}, {accounts:N0} accounts", bound);
    }

    private static string NetworkOf(int account) => $"10.{account >> 8 & 255}.{account & 255}.7";

    private static decimal Dollars(SafeLlmTierOptions tier) => tier.DollarsPerDay!.Value;
}
