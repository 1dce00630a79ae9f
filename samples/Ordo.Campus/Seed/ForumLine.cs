namespace Ordo.Campus.Seed;

/// <summary>A post as the file holds it.</summary>
internal sealed record ForumLine(string Id, string Thread, string Author, long Created, string? Title, string? Body);
