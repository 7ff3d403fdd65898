using System.Globalization;
using SafeLlm.Pacing;

namespace SafeLlm.Tests.Pacing;

public sealed class RateHeadersTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("1s", 1)]
    [InlineData("6m0s", 360)]
    [InlineData("1h2m3.5s", 3723.5)]
    [InlineData("12ms", 0.012)]
    [InlineData("17", 17)]
    [InlineData("0.5", 0.5)]
    [InlineData("0", 0)]
    [InlineData("2026-11-23T12:00:30Z", 30)]
    [InlineData("2026-11-23T11:00:30Z", 0)]
    public void Reset_EachSpelling_IsRead(string text, double seconds)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            Assert.Equal(seconds, RateHeaders.Reset(text, Now)!.Value.TotalSeconds, 6);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("5x")]
    [InlineData("m")]
    [InlineData("NaN")]
    [InlineData("99999999999999")]
    [InlineData("99999h")]
    public void Reset_WhatCannotBeRead_IsNotSaid(string? text) => Assert.Null(RateHeaders.Reset(text, Now));

    [Theory]
    [InlineData("-1", "1s")]
    [InlineData("x", "1s")]
    [InlineData("5", null)]
    public void Requests_IncompleteHeaders_AreNotSaid(string remaining, string? reset) =>
        Assert.Null(RateHeaders.Requests(name => name.Contains("remaining", StringComparison.Ordinal) ? remaining : name.Contains("reset", StringComparison.Ordinal) ? reset : null, Now));
}
