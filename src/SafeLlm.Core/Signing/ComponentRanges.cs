using System.Runtime.CompilerServices;

namespace SafeLlm.Signing;

/// <summary>Where the covered components' names stand, as many as a signature may cover.</summary>
[InlineArray(SigningProfile.MaxComponents)]
internal struct ComponentRanges
{
    private TextRange _first;
}
