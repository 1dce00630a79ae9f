using Ordo.Sync.Core.Tests.Architecture.Samples.Records;

namespace Ordo.Sync.Core.Tests.Architecture.Samples.Crdt;

internal sealed record NamesRecords(Note Note);
