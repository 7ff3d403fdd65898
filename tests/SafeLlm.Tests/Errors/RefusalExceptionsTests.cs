using SafeLlm.Limits;

namespace SafeLlm.Tests.Errors;

public sealed class RefusalExceptionsTests
{
    public static TheoryData<RefusalCode> Codes => [.. Enum.GetValues<RefusalCode>().Where(code => code != RefusalCode.None)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void ToException_EachCode_GivesTheKindItBelongsTo(RefusalCode code)
    {
        var exception = new Refusal(code, "why").ToException();

        var expected = code switch
        {
            RefusalCode.BudgetExceeded => typeof(BudgetExceededException),
            RefusalCode.RateLimited => typeof(RateLimitedException),
            _ => typeof(RequestRejectedException),
        };
        Assert.IsType(expected, exception);
        Assert.Equal(code, exception.Refusal!.Code);
        Assert.Equal("why", exception.Message);
    }

    [Fact]
    public void ToException_NoCode_IsAnErrorOfOurs() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Refusal(RefusalCode.None, "why").ToException());

    [Fact]
    public void Exceptions_AreNothingThatAnSdkRetries()
    {
        foreach (var type in typeof(SafeLlmException).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Exception))))
        {
            Assert.False(type.IsSubclassOf(typeof(HttpRequestException)) || type.IsSubclassOf(typeof(IOException)) || type.IsSubclassOf(typeof(OperationCanceledException)), type.Name);
            Assert.True(type == typeof(SafeLlmException) ? type.IsAbstract : type.IsSealed, type.Name);
            Assert.DoesNotContain(type.GetProperties(), property => property.DeclaringType == type && property.CanWrite);
        }
    }

    [Fact]
    public void BudgetExceeded_CarriesTheRefusalsData()
    {
        var limit = Limit.Dollars(1).PerDay();
        var at = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        var refusal = new Refusal(RefusalCode.BudgetExceeded, "why") { Denials = [new LimitDenial(limit, 5, 1, 2, at)], RoomAt = at, LargestOutputBound = 7 };

        var exception = Assert.IsType<BudgetExceededException>(refusal.ToException());

        Assert.Equal(limit, exception.Denials.Single().Limit);
        Assert.Equal(at, exception.RoomAt);
        Assert.Equal(7, exception.LargestOutputBound);
    }
}
