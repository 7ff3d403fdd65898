using SafeLlm.Limits;

namespace SafeLlm.Tests.Scopes;

public sealed class SafeLlmScopeTests
{
    private static readonly Limit Ten = Limit.Requests(10).PerMinute();

    [Fact]
    public void Begin_Nested_CollectsTheLimitsOfAll()
    {
        using var run = SafeLlmScope.Begin("run:42", Ten);
        using var step = SafeLlmScope.Begin("step:1", Ten);

        Assert.Equal(["run:42", "step:1"], SafeLlmScope.Current!.Limits.Select(limit => limit.Scope));
    }

    [Fact]
    public void Begin_LimitWithAScopeOfItsOwn_KeepsIt()
    {
        using var run = SafeLlmScope.Begin("run:42", Ten.For("user:7"));

        Assert.Equal("user:7", run.Limits.Single().Scope);
    }

    [Fact]
    public async Task Begin_InsideATask_StaysInside()
    {
        await Task.Run(() => SafeLlmScope.Begin("run:42", Ten), TestContext.Current.CancellationToken);

        Assert.Null(SafeLlmScope.Current);
    }

    [Fact]
    public async Task Begin_AroundATask_FlowsIn()
    {
        using var run = SafeLlmScope.Begin("run:42", Ten);

        var seen = await Task.Run(() => SafeLlmScope.Current, TestContext.Current.CancellationToken);

        Assert.Same(run, seen);
    }

    [Fact]
    public void Dispose_OutOfOrder_ClosesTheInnerOnesToo()
    {
        var run = SafeLlmScope.Begin("run:42", Ten);
        var step = SafeLlmScope.Begin("step:1", Ten);

        run.Dispose();
        Assert.Null(SafeLlmScope.Current);
        step.Dispose();
        Assert.Null(SafeLlmScope.Current);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void Begin_WithoutAName_Throws(string name) => Assert.Throws<ArgumentException>(() => SafeLlmScope.Begin(name, Ten));

    [Fact]
    public void Begin_TooLongAName_Throws() => Assert.Throws<ArgumentException>(() => SafeLlmScope.Begin(new string('a', 257), Ten));
}
