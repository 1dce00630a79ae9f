namespace Ordo.Campus.Identity;

/// <summary>Who works at a device. The role's name is the author of its writes and the subject of its tokens.</summary>
internal sealed record CampusRole(string Name, string Person, string Title)
{
    public static CampusRole Lecturer { get; } = new("lecturer", "Ines Okafor", "Lecturer");

    public static CampusRole Student { get; } = new("student", "Tomas Lindqvist", "Student");

    public static CampusRole Registrar { get; } = new("registrar", "Marguerite Chen", "Registrar");

    public static IReadOnlyList<CampusRole> All { get; } = [Lecturer, Student, Registrar];

    /// <summary>Whether it may write grades and credentials.</summary>
    public bool IsStaff => this != Student;

    /// <summary>Whether it may decide what awaits approval. The hub enforces it; pages only hide what would be refused.</summary>
    public bool MayApprove => this == Registrar;

    public static CampusRole? Find(string? name) => All.FirstOrDefault(role => role.Name == name);

    /// <summary>How an author is called on a page.</summary>
    public static string Label(string author) => Find(author)?.Person ?? (author.Length == 0 ? "Unknown" : author);
}
