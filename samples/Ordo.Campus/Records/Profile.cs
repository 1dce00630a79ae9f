namespace Ordo.Campus.Records;

/// <summary>A person. Edits of different fields merge; what lost against another edit of the same field is kept.</summary>
public sealed record Profile
{
    public string Name { get; init; } = string.Empty;

    public string Role { get; init; } = string.Empty;

    public string Email { get; init; } = string.Empty;

    public string Phone { get; init; } = string.Empty;

    public string Office { get; init; } = string.Empty;

    public string About { get; init; } = string.Empty;
}
