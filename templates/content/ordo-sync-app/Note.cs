namespace Company.OrdoApp;

/// <summary>A note. Any class or record with named, public members can be a record's type.</summary>
public sealed record Note
{
    public string Text { get; init; } = string.Empty;
}
