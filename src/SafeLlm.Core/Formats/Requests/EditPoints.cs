namespace SafeLlm.Formats;

/// <summary>Where a request can be edited. Noted while its facts are read, so that editing needs no second reading.</summary>
internal sealed class EditPoints
{
    /// <summary>The byte after the <c>{</c> of the document.</summary>
    public int Root { get; set; }

    /// <summary>Whether the document is <c>{}</c>.</summary>
    public bool IsRootEmpty { get; set; } = true;

    /// <summary>The values of members that bound the output, as they stand: one, nearly always, and never more than the format has names for it.</summary>
    public BoundPlace[] Bounds { get; private set; } = [];

    /// <summary>Notes another of them.</summary>
    public void Add(BoundPlace bound) => Bounds = [.. Bounds, bound];

    /// <summary>The object that an output bound is put into, where that is not the document itself.</summary>
    public ObjectPlace? BoundContainer { get; set; }

    /// <summary>The object in which usage is asked for.</summary>
    public ObjectPlace? UsageContainer { get; set; }

    /// <summary>The value by which usage is asked for.</summary>
    public ValuePlace? IncludeUsage { get; set; }

    /// <summary>The name under which this model takes an output bound; null where that is not known.</summary>
    public string? BoundName { get; set; }

    /// <summary>The member of the document that holds the bound; null where that is the document.</summary>
    public string? BoundContainerName { get; set; }
}
