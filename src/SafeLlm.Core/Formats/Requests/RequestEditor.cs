using System.Globalization;
using System.Text;

namespace SafeLlm.Formats;

/// <summary>Applies a <see cref="RequestEdit"/> at the places that were noted when the request was read.</summary>
internal static class RequestEditor
{
    /// <param name="facts">The facts of the request.</param>
    /// <param name="edit">What to change.</param>
    /// <param name="usageContainer">The member of the document in which usage is asked for; null where the format needs no asking.</param>
    /// <param name="usageMember">The member in it.</param>
    public static ReadOnlyMemory<byte> Edit(CallFacts facts, RequestEdit edit, string? usageContainer = null, string? usageMember = null)
    {
        var points = (EditPoints)facts.EditPoints!;
        var splicer = new BodySplicer();
        var inserts = new List<string>();
        if (edit.TokensPerChoice is { } tokens) Bound(points, splicer, inserts, tokens);
        if (edit.AskForUsage && usageContainer is not null && facts is { IsStreaming: true, AsksForUsage: false }) Usage(points, splicer, inserts, usageContainer, usageMember!);
        if (inserts.Count > 0) splicer.Insert(points.Root, Members(inserts, points.IsRootEmpty));
        return splicer.Apply(facts.Body);
    }

    private static void Bound(EditPoints points, BodySplicer splicer, List<string> inserts, long tokens)
    {
        var number = tokens.ToString(CultureInfo.InvariantCulture);
        var isBounded = points.Bound() is not null;
        var isWritten = false;
        foreach (var bound in points.Bounds)
        {
            isWritten |= points.Reads(bound);
            // A null beside a number is left: the number already bounds.
            if (bound.Tokens is { } asked ? asked > tokens : !isBounded) splicer.Replace(bound.Place, Encoding.ASCII.GetBytes(number));
        }

        if (isWritten || points.BoundName is null) return;
        Put(points.BoundContainer, points.BoundContainerName, $"\"{points.BoundName}\":{number}", splicer, inserts);
    }

    private static void Usage(EditPoints points, BodySplicer splicer, List<string> inserts, string container, string member)
    {
        if (points.IncludeUsage is { } place) splicer.Replace(place, "true"u8.ToArray());
        else Put(points.UsageContainer, container, $"\"{member}\":true", splicer, inserts);
    }

    private static void Put(ObjectPlace? place, string? container, string member, BodySplicer splicer, List<string> inserts)
    {
        if (container is null) inserts.Add(member);
        else if (place is not { } found) inserts.Add($"\"{container}\":{{{member}}}");
        else if (found.Null is { } missing) splicer.Replace(missing, Encoding.UTF8.GetBytes($"{{{member}}}"));
        else splicer.Insert(found.Inside, Members([member], found.IsEmpty));
    }

    private static byte[] Members(List<string> members, bool isEmpty) =>
        Encoding.UTF8.GetBytes(string.Join(',', members) + (isEmpty ? "" : ","));
}
