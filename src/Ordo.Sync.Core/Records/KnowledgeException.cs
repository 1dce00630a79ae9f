using Ordo.Sync.Causality;

namespace Ordo.Sync.Records;

/// <summary>"In this range of keys I know more": an exception to a scope's knowledge, left by a transfer not yet complete.</summary>
/// <param name="Range">The keys it holds for.</param>
/// <param name="Knowledge">What is known of them.</param>
/// <remarks>Source: knowledge with exceptions, Malkhi and Terry: Concise Version Vectors in WinFS (2005).</remarks>
public sealed record KnowledgeException(KeyRange Range, VersionVector Knowledge);
