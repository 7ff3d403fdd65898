using Microsoft.Extensions.AI;

namespace SafeLlm.Extensions.AI.Tests;

/// <summary>What some clients send of <see cref="ChatOptions.AdditionalProperties"/> goes before the bound that is set, or beside it.</summary>
public sealed class BoundingPropertiesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("num_predict")]
    [InlineData("max_tokens")]
    [InlineData("maxOutputTokens")]
    [InlineData("MAX-COMPLETION-TOKENS")]
    [InlineData("n")]
    [InlineData("candidate_count")]
    [InlineData("thinking")]
    [InlineData("thinking_budget")]
    public async Task GetResponse_PropertyThatBounds_IsRefusedByName(string name)
    {
        var inner = new FakeChatClient();
        var budget = new OneDollar();
        using var chat = inner.AsBuilder().UseSafeLlm(budget.Options).Build();
        var given = new ChatOptions { MaxOutputTokens = 10, AdditionalProperties = new() { ["seed"] = 1, [name] = 100_000 } };

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => chat.GetResponseAsync("Hi", given, Cancel));

        Assert.Equal("AdditionalProperties", refused.Refusal!.Field);
        Assert.Contains($"\"{name}\"", refused.Message, StringComparison.Ordinal);
        Assert.Null(inner.Options);
        Assert.Equal((0, 0), (await budget.SpentAsync(), await budget.OpenHoldsAsync()));
    }

    [Fact]
    public async Task GetResponse_InShadowMode_GoesOutAsItCame()
    {
        var inner = new FakeChatClient();
        var budget = new OneDollar();
        budget.Options.Shadow = true;
        using var chat = inner.AsBuilder().UseSafeLlm(budget.Options).Build();
        var given = new ChatOptions { AdditionalProperties = new() { ["num_predict"] = 100_000 } };

        await chat.GetResponseAsync("Hi", given, Cancel);

        Assert.Same(given, inner.Options);
    }

    [Fact]
    public async Task GetResponse_PropertiesThatBoundNothing_Pass()
    {
        var inner = new FakeChatClient();
        using var chat = inner.AsBuilder().UseSafeLlm(new OneDollar().Options).Build();

        await chat.GetResponseAsync("Hi", new ChatOptions { MaxOutputTokens = 10, AdditionalProperties = new() { ["num_ctx"] = 4_096, ["min_p"] = 0.1, ["keep_alive"] = "5m" } }, Cancel);

        Assert.Equal(3, inner.Options!.AdditionalProperties!.Count);
    }
}
