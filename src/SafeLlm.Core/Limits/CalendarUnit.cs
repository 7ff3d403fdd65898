namespace SafeLlm.Limits;

/// <summary>A unit of the calendar.</summary>
public enum CalendarUnit
{
    /// <summary>From the full hour.</summary>
    Hour,

    /// <summary>From midnight.</summary>
    Day,

    /// <summary>From midnight of the week's first day.</summary>
    Week,

    /// <summary>From midnight of the first.</summary>
    Month,
}
