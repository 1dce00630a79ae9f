namespace Ordo.Sync.Engine.Resources;

/// <summary>What a process takes at a moment.</summary>
/// <param name="WorkingSetBytes">The resident memory of the whole process.</param>
/// <param name="ManagedBytes">The part of it that .NET's heap takes.</param>
internal readonly record struct MemorySample(long WorkingSetBytes, long ManagedBytes);
