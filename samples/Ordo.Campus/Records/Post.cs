namespace Ordo.Campus.Records;

/// <summary>A forum post. The last write wins, and it is kept in the ephemeral store.</summary>
public sealed record Post
{
    /// <summary>The key of the post that opened the thread; empty where this one does.</summary>
    public string Thread { get; init; } = string.Empty;

    public string Title { get; init; } = string.Empty;

    public string Body { get; init; } = string.Empty;

    public string By { get; init; } = string.Empty;

    /// <summary>Unix milliseconds.</summary>
    public long At { get; init; }
}
