using System.Runtime.InteropServices;

namespace SafeLlm.Limits;

/// <summary>A list of limits as a span: on the way of every call, asking an interface for each element costs more than the check itself.</summary>
internal static class LimitSpan
{
    public static ReadOnlySpan<Limit> Of(IReadOnlyList<Limit> limits) => limits switch
    {
        Limit[] array => array,
        List<Limit> list => CollectionsMarshal.AsSpan(list),
        _ => limits.ToArray(),
    };
}
