using System.Net;

namespace SafeLlm.AspNetCore.Tests;

public sealed class KeyNetworksTests
{
    private static readonly DateTimeOffset Now = VerifierHost.Start;

    [Fact]
    public void Use_FromAsManyNetworksAsBefore_IsNothingToTell()
    {
        var networks = new KeyNetworks(new SafeLlmKeySpreadOptions { Networks = 3 });
        for (var hour = 0; hour < 48; hour++) Assert.Equal(hour == 0 ? 1 : 0, Use(networks, 20, Now.AddHours(hour), hour));
    }

    [Fact]
    public void Use_FromFarMoreNetworks_IsToldEachHourForADayAndThenUsual()
    {
        var networks = new KeyNetworks(new SafeLlmKeySpreadOptions { Networks = 3, Factor = 5 });
        Assert.Equal(0, Use(networks, 2, Now, 0));
        Assert.Equal(0, Use(networks, 9, Now.AddHours(1), 1));
        Assert.Equal(1, Use(networks, 60, Now.AddHours(2), 2));
        for (var hour = 3; hour < 26; hour++) Assert.Equal(1, Use(networks, 60, Now.AddHours(hour), hour));
        Assert.Equal(0, Use(networks, 60, Now.AddHours(26), 26));
    }

    [Fact]
    public void LeakOfADay_DoesNotHideALargerOne()
    {
        var networks = new KeyNetworks(new SafeLlmKeySpreadOptions());
        for (var hour = 0; hour < 3; hour++) Assert.Equal(0, Use(networks, 4, Now.AddHours(hour), hour));
        for (var hour = 3; hour < 30; hour++) Assert.Equal(1, Use(networks, 220, Now.AddHours(hour), hour));

        Assert.Equal(1, Use(networks, 220, Now.AddHours(30), 30));
    }

    [Fact]
    public void KeyOfHundredsOfNetworks_IsToldOfAsManyAsAreCounted()
    {
        var networks = new KeyNetworks(new SafeLlmKeySpreadOptions());
        foreach (var (count, hour) in new[] { (9, 0), (45, 1), (220, 2) }) Assert.Equal(0, Use(networks, count, Now.AddHours(hour), hour));

        Assert.Equal(1, Use(networks, 5_000, Now.AddHours(3), 3));
    }

    [Fact]
    public void KeyThatWasFrozenAndCallsAgain_WasThawed_SoItsNetworksAreUsual()
    {
        var networks = new KeyNetworks(new SafeLlmKeySpreadOptions { Freeze = true });
        Assert.Equal(0, Use(networks, 4, Now, 0));
        Assert.Equal(1, Use(networks, 60, Now.AddHours(1), 1));

        Assert.Equal(0, Use(networks, 60, Now.AddHours(2), 2));
    }

    [Fact]
    public void WhatWasUsual_FadesByHalfInAWeek()
    {
        var networks = new KeyNetworks(new SafeLlmKeySpreadOptions { Networks = 2, Factor = 2 });
        _ = Use(networks, 2, Now, 0);
        _ = Use(networks, 4, Now.AddHours(1), 1);
        Assert.Equal(0, Use(networks, 7, Now.AddHours(2), 2));
        Assert.Equal(1, Use(networks, 9, Now.AddHours(2).AddDays(7), 3));
    }

    [Fact]
    public void Addresses_OfOneNetwork_CountOnce()
    {
        var networks = new KeyNetworks(new SafeLlmKeySpreadOptions { Networks = 2 });
        for (var i = 0; i < 250; i++)
        {
            Assert.False(networks.Note("k", IPAddress.Parse($"203.0.113.{i}"), Now, out _, out _));
            Assert.False(networks.Note("k", IPAddress.Parse($"2001:db8::{i:x}"), Now, out _, out _));
        }
    }

    [Fact]
    public void OtherKeys_AreWatchedForThemselves()
    {
        var networks = new KeyNetworks(new SafeLlmKeySpreadOptions { Networks = 5 });
        for (var i = 0; i < 100; i++) Assert.False(networks.Note($"k{i}", IPAddress.Parse($"203.0.{i}.1"), Now, out _, out _));
    }

    [Fact]
    public void Networks_OfOneHour_AreCountedUpToABound()
    {
        var networks = new KeyNetworks(new SafeLlmKeySpreadOptions());
        var seen = 0;
        for (var i = 0; i < 5000; i++) _ = networks.Note("k", new IPAddress([203, (byte)(i / 256), (byte)i, 1]), Now, out seen, out _);
        Assert.Equal(KeyNetworks.MostNetworks, seen);
    }

    private static int Use(KeyNetworks networks, int count, DateTimeOffset now, int hour)
    {
        var told = 0;
        for (var i = 0; i < count; i++) told += networks.Note("k", new IPAddress([(byte)(10 + (i >> 8)), (byte)hour, (byte)i, 1]), now, out _, out _) ? 1 : 0;
        return told;
    }
}
