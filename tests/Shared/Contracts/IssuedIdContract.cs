using SafeLlm.Accounts;

namespace SafeLlm.Tests.Contracts;

/// <summary>What was issued to a tenant is this tenant's wherever it is asked for, until its end, and nobody else's.</summary>
public abstract class IssuedIdContract : StoreContract
{
    private const int Most = 20;

    private IIssuedIdStore Ids => Stores.IssuedIds!;

    [Fact]
    public async Task Id_IsOfTheTenantThatItWasIssuedTo_AndOfNobodyElse()
    {
        await RecordAsync("tenant:a", "resp_1", "msg_1");

        Assert.True(await AreOfAsync("tenant:a", "resp_1"));
        Assert.True(await AreOfAsync("tenant:a", "msg_1", "resp_1"));
        Assert.False(await AreOfAsync("tenant:b", "resp_1"));
        Assert.False(await AreOfAsync("tenant:a", "resp_1", "resp_2"));
        Assert.False(await AreOfAsync("tenant:a", "RESP_1"));
    }

    [Fact]
    public async Task Id_IssuedToAnotherToo_StaysWithTheFirst()
    {
        await RecordAsync("tenant:a", "resp_1");
        await RecordAsync("tenant:b", "resp_1", "resp_2");

        Assert.True(await AreOfAsync("tenant:a", "resp_1"));
        Assert.False(await AreOfAsync("tenant:b", "resp_1"));
        Assert.True(await AreOfAsync("tenant:b", "resp_2"));
    }

    [Fact]
    public async Task Id_IsKeptUntilItsEnd_AndIsThenFreeForAnother()
    {
        await RecordAsync("tenant:a", "resp_1");
        Time.Advance(TimeSpan.FromMinutes(59));
        Assert.True(await AreOfAsync("tenant:a", "resp_1"));

        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.False(await AreOfAsync("tenant:a", "resp_1"));
        await RecordAsync("tenant:b", "resp_1");
        Assert.True(await AreOfAsync("tenant:b", "resp_1"));
        Assert.False(await AreOfAsync("tenant:a", "resp_1"));
    }

    [Fact]
    public async Task Id_IssuedToItsTenantAgain_EndsWhenTheLaterDoes()
    {
        await RecordAsync("tenant:a", "conv_1");
        Time.Advance(TimeSpan.FromMinutes(30));
        await RecordAsync("tenant:a", "conv_1");
        await Ids.RecordAsync("tenant:a", ["conv_1"], Time.GetUtcNow().AddMinutes(1), Most, Cancellation);
        // Another's answer that names it does not make it live longer.
        Time.Advance(TimeSpan.FromMinutes(30));
        await RecordAsync("tenant:b", "conv_1");
        Time.Advance(TimeSpan.FromMinutes(29));
        Assert.True(await AreOfAsync("tenant:a", "conv_1"));

        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.False(await AreOfAsync("tenant:a", "conv_1"));
    }

    [Fact]
    public async Task Id_WhoseEndIsOver_IsNotKept()
    {
        await Ids.RecordAsync("tenant:a", ["resp_1"], Time.GetUtcNow(), Most, Cancellation);

        Assert.False(await AreOfAsync("tenant:a", "resp_1"));
    }

    [Fact]
    public async Task Ids_BeyondTheMostOfATenant_GoOldestFirstAndTakeNoOthers()
    {
        await RecordAsync("tenant:b", "resp_b");
        for (var i = 0; i < Most + 5; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await RecordAsync("tenant:a", Name(i));
        }

        for (var i = 0; i < Most + 5; i++) Assert.Equal(i >= 5, await AreOfAsync("tenant:a", Name(i)));
        Assert.True(await AreOfAsync("tenant:b", "resp_b"));
    }

    [Fact]
    public async Task Ids_OfOneOperation_AreBoundedToo()
    {
        string[] names = [.. Enumerable.Range(0, Most * 3).Select(Name)];
        await RecordAsync("tenant:a", names);

        Assert.Equal(Most, await CountAsync("tenant:a", names));
    }

    [Fact]
    public async Task Bound_ThatIsLoweredByThousands_IsMetWithinAFewOperations()
    {
        for (var i = 0; i < 3; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Ids.RecordAsync("tenant:a", [.. Enumerable.Range(i * 500, 500).Select(Name)], Time.GetUtcNow().AddHours(1), 2_000, Cancellation);
        }

        Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 3; i++) await RecordAsync("tenant:a", $"new_{i}");

        Assert.Equal(Most - 3, await CountAsync("tenant:a", [.. Enumerable.Range(1_000, 500).Select(Name)]));
        Assert.Equal(0, await CountAsync("tenant:a", [Name(0), Name(499), Name(999)]));
        Assert.True(await AreOfAsync("tenant:a", "new_0", "new_1", "new_2"));
    }

    [Fact]
    public async Task Room_OfEndedIds_IsFree()
    {
        await RecordAsync("tenant:a", [.. Enumerable.Range(0, Most).Select(Name)]);
        Time.Advance(TimeSpan.FromHours(1));

        string[] later = [.. Enumerable.Range(Most, Most).Select(Name)];
        await RecordAsync("tenant:a", later);

        Assert.Equal(Most, await CountAsync("tenant:a", later));
    }

    [Fact]
    public async Task Id_ThatEndedAndIsAnothersNow_StaysWhereTheFirstOwnersRoomIsTrimmed()
    {
        await RecordAsync("tenant:a", "resp_1");
        Time.Advance(TimeSpan.FromHours(1));
        await RecordAsync("tenant:b", "resp_1");

        await RecordAsync("tenant:a", [.. Enumerable.Range(2, Most + 1).Select(Name)]);

        Assert.True(await AreOfAsync("tenant:b", "resp_1"));
    }

    [Fact]
    public async Task Id_ThatIsForgotten_IsNobodys_AndOnlyItsTenantCanForgetIt()
    {
        await RecordAsync("tenant:a", "resp_1");
        await Ids.ForgetAsync("tenant:b", "resp_1", Cancellation);
        Assert.True(await AreOfAsync("tenant:a", "resp_1"));

        await Ids.ForgetAsync("tenant:a", "resp_1", Cancellation);
        await Ids.ForgetAsync("tenant:a", "unknown", Cancellation);

        Assert.False(await AreOfAsync("tenant:a", "resp_1"));
    }

    [Fact]
    public async Task Ids_RecordedByManyAtOnce_AreAllThere()
    {
        await Task.WhenAll(Enumerable.Range(0, Most).Select(i => Task.Run(() => RecordAsync("tenant:a", Name(i), Name(i / 2)), Cancellation)));

        Assert.True(await AreOfAsync("tenant:a", [.. Enumerable.Range(0, Most).Select(Name)]));
    }

    [Fact]
    public async Task Names_OfAnyCharacters_AreTakenAsTheyAre()
    {
        await RecordAsync("user:a b/é\0\n", "resp {1} \0é", "");

        Assert.True(await AreOfAsync("user:a b/é\0\n", "resp {1} \0é", ""));
        Assert.False(await AreOfAsync("user:a b/é", "resp {1} \0é"));
        Assert.False(await AreOfAsync("user:a b/é\0\n", "resp {1} "));
    }

    [Fact]
    public async Task Operation_OfTooManyIds_SaysSo()
    {
        string[] names = [.. Enumerable.Range(0, IIssuedIdStore.MostAtOnce + 1).Select(Name)];

        Assert.Contains("501", (await Assert.ThrowsAsync<ArgumentException>(() => RecordAsync("tenant:a", names))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => AreOfAsync("tenant:a", names));
        await RecordAsync("tenant:a", names[1..]);
    }

    private static string Name(int i) => $"resp_{i}";

    private async Task RecordAsync(string tenant, params string[] ids) => await Ids.RecordAsync(tenant, ids, Time.GetUtcNow().AddHours(1), Most, Cancellation);

    private Task<bool> AreOfAsync(string tenant, params string[] ids) => Ids.AreOfAsync(tenant, ids, Cancellation).AsTask();

    private async Task<int> CountAsync(string tenant, string[] names)
    {
        var count = 0;
        foreach (var name in names) count += await AreOfAsync(tenant, name) ? 1 : 0;
        return count;
    }
}
