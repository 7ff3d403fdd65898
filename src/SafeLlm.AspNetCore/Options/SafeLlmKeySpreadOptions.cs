namespace SafeLlm.AspNetCore;

/// <summary>
/// When a key counts as used from far more networks than it has been, which is how a leaked key looks: within an hour from more than
/// <see cref="Networks"/>, and from more than <see cref="Factor"/> times the most of any hour before, which fades by half in a week.
/// </summary>
public sealed class SafeLlmKeySpreadOptions
{
    /// <summary>Up to how many networks an hour nobody minds.</summary>
    /// <value>The default is 10; from 2 to 200.</value>
    public int Networks { get; set; } = 10;

    /// <summary>How many times as many networks as before are too many.</summary>
    /// <value>The default is 5; from 2 to 100.</value>
    public int Factor { get; set; } = 5;

    /// <summary>Whether such a key is frozen until an operator thaws it; otherwise an alert is all.</summary>
    /// <value>The default is false.</value>
    public bool Freeze { get; set; }
}
