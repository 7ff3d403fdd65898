using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>Windows by the names under which the file has them; empty for none.</summary>
internal static class StoredWindow
{
    public static string Name(Window? window)
    {
        if (window is null)
        {
            return "";
        }

        KnownWindows.Remember(window);
        return window.Name;
    }

    /// <summary>The window of a name, null for none. False where its time zone is not known here.</summary>
    public static bool TryFind(string name, out Window? window)
    {
        window = null;
        return name.Length == 0 || KnownWindows.TryFind(name, out window);
    }
}
