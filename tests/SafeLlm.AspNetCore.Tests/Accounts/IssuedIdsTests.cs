using System.Globalization;

namespace SafeLlm.AspNetCore.Tests;

public sealed class IssuedIdsTests
{
    private static readonly DateTimeOffset Now = VerifierHost.Start;

    [Fact]
    public void IsOf_AnotherTenant_IsFalseAndStaysSo()
    {
        var ids = new IssuedIds(new SafeLlmIssuedIdOptions());
        ids.Add("resp_1", "tenant:a", Now);
        ids.Add("resp_1", "tenant:b", Now);

        Assert.True(ids.IsOf("resp_1", "tenant:a", Now));
        Assert.False(ids.IsOf("resp_1", "tenant:b", Now));
        Assert.False(ids.IsOf("resp_2", "tenant:a", Now));
    }

    [Fact]
    public void IsOf_AfterItsTime_IsFalseAndTheMemoryIsFree()
    {
        var ids = new IssuedIds(new SafeLlmIssuedIdOptions { KeepFor = TimeSpan.FromHours(1) });
        ids.Add("resp_1", "tenant:a", Now);

        Assert.False(ids.IsOf("resp_1", "tenant:a", Now.AddHours(1)));
        ids.Add("resp_2", "tenant:a", Now.AddHours(1));
        Assert.Equal(1, ids.Count);
    }

    [Fact]
    public void Add_WithoutEnd_NeverPassesTheMostAndKeepsTheNewest()
    {
        var ids = new IssuedIds(new SafeLlmIssuedIdOptions { Most = 100 });
        for (var i = 0; i < 10_000; i++)
        {
            ids.Add(Name(i), "tenant:" + (i % 7).ToString(CultureInfo.InvariantCulture), Now);
            Assert.InRange(ids.Count, 0, 100);
        }

        Assert.True(ids.IsOf(Name(9_999), "tenant:" + (9_999 % 7).ToString(CultureInfo.InvariantCulture), Now));
    }

    [Fact]
    public void Add_VeryManyOfOneTenant_LeavesTheOthersTheirs()
    {
        var ids = new IssuedIds(new SafeLlmIssuedIdOptions { Most = 100 });
        ids.Add("resp_b", "tenant:b", Now);

        for (var i = 0; i < 1_000; i++) ids.Add(Name(i), "tenant:a", Now);

        Assert.True(ids.IsOf("resp_b", "tenant:b", Now));
        Assert.Equal(26, ids.Count);
    }

    [Fact]
    public void Forget_WhatIsDeleted_IsNamedByNobody()
    {
        var ids = new IssuedIds(new SafeLlmIssuedIdOptions());
        ids.Add("resp_1", "tenant:a", Now);
        ids.Forget("resp_1");

        Assert.False(ids.IsOf("resp_1", "tenant:a", Now));
    }

    [Theory]
    [InlineData("files/abc", "https://generativelanguage.googleapis.com/v1beta/files/abc")]
    [InlineData("files/abc", "abc")]
    [InlineData("cachedContents/abc", "abc")]
    public void IsOf_TheSameFileNamedOtherwise_IsTheSame(string issued, string named)
    {
        var ids = new IssuedIds(new SafeLlmIssuedIdOptions());
        ids.Add(issued, "tenant:a", Now);

        Assert.True(ids.IsOf(named, "tenant:a", Now));
    }

    private static string Name(int i) => "resp_" + i.ToString(CultureInfo.InvariantCulture);
}
