using System.Text;

namespace SafeLlm.Formats;

/// <summary>
/// What is looked at in a response: a tree of member names, built once for a wire format from paths such as
/// <c>choices[].delta.content</c>.
/// </summary>
internal sealed class SkimNode
{
    private readonly List<(byte[] Name, SkimNode Node)> _members = [];

    /// <summary>What the value here means.</summary>
    public Skim Field { get; private set; }

    /// <summary>What the elements of an array here are; null where they are passed over.</summary>
    public SkimNode? Item { get; private set; }

    public static SkimNode Of(params ReadOnlySpan<(string Path, Skim Field)> paths)
    {
        var root = new SkimNode();
        foreach (var (path, field) in paths) root.At(path).Field = field;
        return root;
    }

    /// <summary>The same for a response that may be an array of documents.</summary>
    public static SkimNode OfEach(params ReadOnlySpan<(string Path, Skim Field)> paths)
    {
        var root = Of(paths);
        root.Item = root;
        return root;
    }

    public SkimNode? Member(ReadOnlySpan<byte> name)
    {
        foreach (var (known, node) in _members)
        {
            if (name.SequenceEqual(known)) return node;
        }

        return null;
    }

    private SkimNode At(string path)
    {
        var node = this;
        foreach (var step in path.Split('.'))
        {
            var name = step.TrimEnd('[', ']');
            if (name.Length > 0) node = node.Child(Encoding.UTF8.GetBytes(name));
            if (name.Length < step.Length) node = node.Item ??= new SkimNode();
        }

        return node;
    }

    private SkimNode Child(byte[] name)
    {
        if (Member(name) is { } known) return known;
        var child = new SkimNode();
        _members.Add((name, child));
        return child;
    }
}
