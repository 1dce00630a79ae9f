namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A note as a newer version of the app knows it.</summary>
public sealed record NewerNote
{
    public string Text { get; init; } = string.Empty;

    public int Score { get; init; }

    public string Mood { get; init; } = string.Empty;
}
