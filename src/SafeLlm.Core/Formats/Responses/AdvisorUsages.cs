namespace SafeLlm.Formats;

/// <summary>A list that equals another where their elements do: readings are compared as a whole.</summary>
internal sealed class AdvisorUsages : List<AdvisorUsage>
{
    public override bool Equals(object? obj) => obj is AdvisorUsages other && other.SequenceEqual(this);

    public override int GetHashCode() => Count;
}
