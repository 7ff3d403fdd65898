namespace SafeLlm.Sqlite;

/// <summary>How thoroughly a store file is checked when it is opened.</summary>
public enum SqliteIntegrityCheck
{
    /// <summary>Every page is read and its structure checked; indexes are not compared with their tables. Some 100 MB a second.</summary>
    Quick,

    /// <summary>Also every index against its table. Several times slower.</summary>
    Full,

    /// <summary>Not at all: damage shows when it is met.</summary>
    None,
}
