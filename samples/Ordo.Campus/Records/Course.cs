namespace Ordo.Campus.Records;

/// <summary>A presentation of a course, as the catalogue lists it; its key is its code.</summary>
public sealed record Course
{
    /// <summary>As in "AAA-2013J".</summary>
    public string Code { get; init; } = string.Empty;

    public string Title { get; init; } = string.Empty;

    public string Term { get; init; } = string.Empty;

    public int StudentCount { get; init; }

    /// <summary>The roles whose devices hold the course.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    public IReadOnlyList<Assessment> Assessments { get; init; } = [];

    /// <summary>The scope of the course's grades.</summary>
    public static string GradesScope(string code) => $"course/{code}";

    /// <summary>The scope of everything that all members write: forum, notes, files.</summary>
    public static string RoomScope(string code) => $"room/{code}";
}
