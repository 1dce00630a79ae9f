namespace Ordo.Sync.Engine.Verification;

/// <summary>A record that is not what it should be.</summary>
/// <param name="Collection">Its collection.</param>
/// <param name="Key">Its key.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="Side">Which side is at fault.</param>
/// <param name="Remedy">What was done about it.</param>
public sealed record VerifyFinding(
    string Collection, string Key, VerifyFault Fault, VerifySide Side, VerifyRemedy Remedy);
