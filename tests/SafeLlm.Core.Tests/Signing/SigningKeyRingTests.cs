using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing;

public sealed class SigningKeyRingTests
{
    [Fact]
    public void Find_ByExactName_FindsTheKeyAndNothingElse()
    {
        var ring = new SigningKeyRing([Key("a"), Key("b")]);
        Assert.Equal("a", ring.Find("a")!.Key.KeyId);
        Assert.Null(ring.Find("A"));
        Assert.Null(ring.Find(""));
        Assert.Null(new SigningKeyRing().Find("a"));
    }

    [Fact]
    public void Keys_WithTheSameName_AreRefusedAndTheOldOnesStay()
    {
        var ring = new SigningKeyRing([Key("a")]);
        Assert.Contains("'b'", Assert.Throws<ArgumentException>(() => ring.Replace([Key("b"), Key("b")])).Message);
        Assert.NotNull(ring.Find("a"));
        Assert.Null(ring.Find("b"));
    }

    [Fact]
    public async Task Replace_WhileOthersRead_ShowsOldOrNewAndNeverAMixture()
    {
        var (first, second) = (Key("same") with { Client = "1" }, Key("same") with { Client = "2" });
        var ring = new SigningKeyRing([first]);
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(
            () =>
            {
                var reads = 0;
                while (!stop.IsCancellationRequested || reads == 0)
                {
                    var found = ring.Find("same");
                    Assert.True(ReferenceEquals(found, first) || ReferenceEquals(found, second));
                    reads++;
                }
            },
            TestContext.Current.CancellationToken);
        for (var i = 0; i < 2000; i++) ring.Replace([i % 2 == 0 ? second : first]);
        await stop.CancelAsync();
        await reader;
    }

    private static VerifierKey Key(string id) => new(SigningKey.GenerateHmac(id));
}
