namespace Ordo.Sync.Fuzz.Tests.Corpora;

/// <summary>A value of each kind that JSON and MessagePack write differently.</summary>
public sealed record RichNote(double Weight, ulong Views, byte[] Picture, DateTime At, bool IsOpen, string? Author);
