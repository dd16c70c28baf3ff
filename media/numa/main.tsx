import { render } from 'preact';
import '../shared/theme.css';
import './numa.css';
import './pictures.css';
import { Placement } from './placement.tsx';

const root = document.getElementById('root');
if (root !== null) {
  render(<Placement />, root);
  document.body.dataset['ready'] = '1';
}
