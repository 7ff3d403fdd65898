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

    /// <summary>
    /// The largest of the bounds: where a request has two, either may be the one that counts. Null where none stands under a name that is read.
    /// </summary>
    public long? Bound()
    {
        long? bound = null;
        var isRead = false;
        foreach (var place in Bounds)
        {
            if (place.Tokens is not { } tokens) continue;
            isRead |= Reads(place);
            if (bound is null || tokens > bound) bound = tokens;
        }

        return isRead ? bound : null;
    }

    /// <summary>Whether whoever serves the request reads a bound under this name.</summary>
    public bool Reads(in BoundPlace bound) => !ReadsBoundNameOnly || bound.Name == BoundName;

    /// <summary>The object that an output bound is put into, where that is not the document itself.</summary>
    public ObjectPlace? BoundContainer { get; set; }

    /// <summary>The object in which usage is asked for.</summary>
    public ObjectPlace? UsageContainer { get; set; }

    /// <summary>The value by which usage is asked for.</summary>
    public ValuePlace? IncludeUsage { get; set; }

    /// <summary>The name under which this model takes an output bound; null where that is not known.</summary>
    public string? BoundName { get; set; }

    /// <summary>Whether that is the one name that is read: a bound under another is passed over, and bounds nothing.</summary>
    public bool ReadsBoundNameOnly { get; set; }

    /// <summary>The member of the document that holds the bound; null where that is the document.</summary>
    public string? BoundContainerName { get; set; }
}
