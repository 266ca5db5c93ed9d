/** @file The worker that knows types: the compiler, and the library's declarations. */
import api from '../api-names.json' with { type: 'json' };
import declarations from '../types/declarations.json' with { type: 'json' };
import type { Answer, Question } from './protocol.ts';
import { makeCellService } from './service.ts';

const service = makeCellService(declarations, api);

function answerTo(question: Question): unknown {
  if (question.cells) service.update(question.cells);
  switch (question.name) {
    case 'problems':
      return service.problems();
    case 'completions':
      return service.completions(question.asked.cell, question.asked.offset);
    case 'explain':
      return service.explain(question.asked.cell, question.asked.offset, question.asked.name);
    case 'hover':
      return service.hover(question.asked.cell, question.asked.offset);
    case 'signatures':
      return service.signatures(question.asked.cell, question.asked.offset);
  }
}

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  const { number } = data;
  let answer: Answer;
  try {
    answer = { number, answer: answerTo(data), failure: null };
  } catch (error) {
    // A cell that the compiler cannot read has no answers; the next one may have.
    answer = { number, answer: null, failure: String(error) };
  }
  postMessage(answer);
});
