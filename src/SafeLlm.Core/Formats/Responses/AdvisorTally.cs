namespace SafeLlm.Formats;

/// <summary>What an answer tells of other models' tokens. The last document that tells of them counts, as each has all of them.</summary>
internal sealed class AdvisorTally
{
    private AdvisorUsages? _pending;

    /// <summary>What was told in whole documents.</summary>
    public IReadOnlyList<AdvisorUsage> Told { get; private set; } = [];

    /// <summary>The model that the count which is being read names.</summary>
    public string? Model { get; set; }

    public void Add(in BillableUsage usage) => (_pending ??= []).Add(new(Model, usage));

    public void Commit()
    {
        if (_pending is not null) Told = _pending;
        Discard();
    }

    public void Discard() => (_pending, Model) = (null, null);
}
