namespace SafeLlm.Sqlite;

/// <summary>What is wrong with a store file.</summary>
public enum SqliteStoreFault
{
    /// <summary>Something that has no name here; the message says what SQLite said.</summary>
    Other,

    /// <summary>The file or its folder cannot be written.</summary>
    ReadOnly,

    /// <summary>The disk, the quota or the file is full. Nothing of the operation was kept; what was kept before stays.</summary>
    Full,

    /// <summary>Another program holds the file and did not let go in time.</summary>
    Locked,

    /// <summary>The file is damaged.</summary>
    Corrupt,

    /// <summary>The file is no SQLite database, or one of another program.</summary>
    Foreign,

    /// <summary>The file was written by a newer version of this package.</summary>
    Newer,

    /// <summary>The file cannot be opened: there is no such folder, or no right to it.</summary>
    CannotOpen,

    /// <summary>Reading or writing failed below SQLite.</summary>
    InputOutput,
}
