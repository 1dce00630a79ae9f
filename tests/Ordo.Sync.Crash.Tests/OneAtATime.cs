using Xunit.Sdk;
using Xunit.v3;

// SQLite's random numbers are one for the whole process: two workloads at once would not be the same in every run.
[assembly: Parallelization(Mode = ParallelMode.None)]
