namespace SafeLlm.AspNetCore;

/// <summary>
/// How signatures that do not verify are slowed, by network (/24 for IPv4; /64, /56 and /48 for IPv6) and by the key that they name. A
/// signature that verifies is never slowed.
/// </summary>
public sealed class SafeLlmLockOutOptions
{
    /// <summary>How many a network may try in a minute before it has to wait; the wider networks four and sixteen times as many.</summary>
    /// <value>The default is 30; from 1 to 1,000,000.</value>
    public int FailuresPerMinute { get; set; } = 30;

    /// <summary>How many failures one key's name may see in a minute, from whatever networks, before each further one has to wait.</summary>
    /// <value>The default is 60; from 1 to 1,000,000.</value>
    public int FailuresPerKeyPerMinute { get; set; } = 60;

    /// <summary>The longest wait. It starts with a second and doubles each time.</summary>
    /// <value>The default is 60 seconds; from 1 second to one hour.</value>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(60);
}
